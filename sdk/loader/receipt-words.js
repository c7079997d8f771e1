/** What the receipt says, by language. */

const KEYS =
  'title intro close working nothing why completed dismissed abandoned ignored open quiet muted declined unmute unmuted mutedNow erase eraseAll sure keep eraseNow erased refused failed unreachable again';

const WORDS = {
  en: `What is stored about you here
What you were asked in this product, why, and what you answered.
Close
One moment …
You were not asked anything yet.
Why:
answered
closed
answered in part
not answered
open
Ask me nothing for
You are asked nothing until
You asked not to be asked again.
Allow questions again
Questions are allowed again.
You will be left alone.
Your answers
Delete my answers
Delete them for good?
Keep
Delete
Deleted:
This could not be opened: sign in again.
This did not work. Please try again later.
There is no connection.
Try again`,
  de: `Was hier über Sie gespeichert ist
Was Sie in diesem Produkt gefragt wurden, warum, und was Sie geantwortet haben.
Schließen
Einen Moment …
Sie wurden noch nichts gefragt.
Warum:
beantwortet
geschlossen
teilweise beantwortet
nicht beantwortet
offen
Keine Fragen für
Sie werden nichts gefragt bis
Sie wollten nicht mehr gefragt werden.
Fragen wieder erlauben
Fragen sind wieder erlaubt.
Sie werden in Ruhe gelassen.
Ihre Antworten
Meine Antworten löschen
Endgültig löschen?
Behalten
Löschen
Gelöscht:
Das ließ sich nicht öffnen: Melden Sie sich neu an.
Das hat nicht geklappt. Bitte versuchen Sie es später noch einmal.
Es gibt keine Verbindung.
Noch einmal versuchen`,
  fr: `Ce qui est enregistré sur vous ici
Ce qui vous a été demandé dans ce produit, pourquoi, et ce que vous avez répondu.
Fermer
Un instant …
On ne vous a encore rien demandé.
Pourquoi :
répondu
fermé
répondu en partie
sans réponse
ouvert
Ne rien me demander pendant
On ne vous demandera rien jusqu’au
Vous avez demandé à ne plus être interrogé.
Autoriser de nouveau les questions
Les questions sont de nouveau autorisées.
Vous serez laissé tranquille.
Vos réponses
Supprimer mes réponses
Les supprimer définitivement ?
Garder
Supprimer
Supprimées :
Impossible d’ouvrir : reconnectez-vous.
Cela n’a pas fonctionné. Réessayez plus tard.
Pas de connexion.
Réessayer`,
  es: `Lo que se guarda sobre usted aquí
Lo que se le preguntó en este producto, por qué, y lo que respondió.
Cerrar
Un momento …
Todavía no se le ha preguntado nada.
Por qué:
respondida
cerrada
respondida en parte
sin respuesta
abierta
No preguntarme nada durante
No se le preguntará nada hasta
Pidió que no se le pregunte más.
Permitir preguntas de nuevo
Las preguntas están permitidas de nuevo.
No se le molestará.
Sus respuestas
Borrar mis respuestas
¿Borrarlas para siempre?
Conservar
Borrar
Borradas:
No se pudo abrir: inicie sesión de nuevo.
No ha funcionado. Inténtelo más tarde.
No hay conexión.
Intentar de nuevo`,
};

/** In a language, or in English; by name. */
export const wordsIn = (language) => {
  const lines = (WORDS[language.slice(0, 2).toLowerCase()] || WORDS.en).split('\n');
  return Object.fromEntries(KEYS.split(' ').map((key, at) => [key, lines[at]]));
};
